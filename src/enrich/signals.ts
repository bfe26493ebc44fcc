import type { Evidence } from '../incident/evidence.ts';
import type { Service } from '../incident/service.ts';

export interface SignalReader {
  /** The value of a query now; null when it has none. */
  value(query: string): Promise<number | null>;
}

/** Every declared signal with its value now, what is ill first. */
export async function signalsOf(services: Service[], reader: SignalReader | null): Promise<Evidence[]> {
  if (!reader) return [];
  const asked = services.flatMap((service) => service.signals.map((signal) => ({ service, signal })));
  const found = await Promise.all(
    asked.map(async ({ service, signal }): Promise<Evidence[]> => {
      const value = await reader.value(signal.query);
      if (value === null || !Number.isFinite(value)) return [];
      const ill = value >= signal.healthyBelow;
      return [
        {
          title: `${service.name}: ${signal.name}`,
          quote: `${signal.query} = ${round(value)} (healthy below ${signal.healthyBelow})`,
          link: null,
          why: ill ? 'outside its healthy range now' : 'within its healthy range now',
          score: ill ? 1 : 0.1,
          about: { kind: 'signal', service: service.name, ...signal, value },
        },
      ];
    }),
  );
  return found.flat().sort((a, b) => b.score - a.score);
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
