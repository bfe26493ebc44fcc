import { chanceError, figuresOf, sequence, type Figures, type Row } from '../../src/learn/measure.ts';
import { recalibrate, recalibrated, type Labelled } from '../../src/learn/recalibrate.ts';

const NOW = new Date(0);
const show = (value: number) => value.toFixed(3);
const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

/** Measured answers: each organisation as it is shipped, and with 20 and 100 labels of its own, over many splits. */
export function printWithLabels(organisations: readonly { name: string; rows: Row[] }[]): void {
  console.log(
    'organisation'.padEnd(24) + 'n     right  labels  ECE    skill  AUROC  coverage90  (ECE by chance alone)',
  );
  const perLabels = new Map<number, Measured[]>();
  for (const { name, rows } of organisations) {
    for (const labelsOf of [0, 20, 100]) {
      if (rows.length < labelsOf + 20) continue;
      const figures = splits(rows, labelsOf);
      perLabels.set(labelsOf, [...(perLabels.get(labelsOf) ?? []), figures]);
      console.log(
        name.padEnd(24) +
          String(rows.length).padEnd(6) +
          show(figures.baseRate) +
          '  ' +
          String(labelsOf).padEnd(8) +
          line(figures),
      );
    }
  }
  for (const [labels, all] of perLabels) {
    const average = (of: (figures: Measured) => number | null) => mean(all.map((one) => of(one) ?? 0));
    console.log(
      `mean of ${all.length}`.padEnd(37) +
        String(labels).padEnd(8) +
        line({
          ece: average(({ ece }) => ece),
          brierSkill: average(({ brierSkill }) => brierSkill),
          auroc: average(({ auroc }) => auroc),
          coverage90: average(({ coverage90 }) => coverage90),
          chance: average(({ chance }) => chance),
        }),
    );
  }
}

type Shown = Pick<Measured, 'ece' | 'brierSkill' | 'auroc' | 'coverage90' | 'chance'>;
/** `chance`: the calibration error of so few answers if every probability were true. */
type Measured = Figures & { chance: number };

function measured(rows: readonly Row[]): Measured {
  return { ...figuresOf(rows), chance: chanceError(rows, 20) };
}

function line({ ece, brierSkill, auroc, coverage90, chance }: Shown): string {
  return `${[ece, brierSkill ?? NaN, auroc ?? NaN, coverage90].map(show).join('  ')}       (${show(chance)})`;
}

function splits(rows: Row[], labels: number): Measured {
  if (labels === 0) return measured(rows);
  const random = sequence(labels);
  const all = Array.from({ length: 50 }, () => {
    const mixed = rows
      .map((row) => ({ row, key: random() }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ row }) => row);
    const known = mixed
      .slice(0, labels)
      .map((row): Labelled => ({ shipped: row.probability, right: row.right, at: NOW }));
    const by = recalibrate(known, NOW);
    return measured(
      mixed
        .slice(labels)
        .map((row) => ({ probability: recalibrated(by, row.probability), right: row.right })),
    );
  });
  return {
    n: rows.length - labels,
    baseRate: mean(all.map((f) => f.baseRate)),
    ece: mean(all.map((f) => f.ece)),
    brierSkill: mean(all.map((f) => f.brierSkill ?? 0)),
    auroc: mean(all.map((f) => f.auroc ?? 0.5)),
    coverage80: mean(all.map((f) => f.coverage80)),
    coverage90: mean(all.map((f) => f.coverage90)),
    chance: mean(all.map((f) => f.chance)),
  };
}
