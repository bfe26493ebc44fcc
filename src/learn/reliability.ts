import {
  bootstrap,
  chanceError,
  equalMassBins,
  figuresOf,
  middle95,
  wilson,
  type Figures,
  type Row,
} from './measure.ts';

/** One line of a reliability table; shares from 0 to 1, `observed` with Wilson's 95 % interval. */
export type Bin = {
  from: number;
  to: number;
  n: number;
  predicted: number;
  observed: number;
  low: number;
  high: number;
};

/** At least this many answers stand in each line of the table, or its interval would say nothing. */
const PER_BIN = 5;

/** Predicted against observed, from the least sure answers to the surest; fewer lines where there are few answers. */
export function reliabilityBins(rows: readonly Row[]): Bin[] {
  const bins = Math.max(1, Math.min(10, Math.floor(rows.length / PER_BIN)));
  return equalMassBins(rows, bins).map((bin) => {
    const right = bin.filter((row) => row.right).length;
    const interval = wilson(right, bin.length);
    return {
      from: bin[0]?.probability ?? 0,
      to: bin.at(-1)?.probability ?? 0,
      n: bin.length,
      predicted: bin.reduce((sum, { probability }) => sum + probability, 0) / bin.length,
      observed: right / bin.length,
      low: interval.from,
      high: interval.to,
    };
  });
}

/** The table and the figures as lines of plain text. */
export function reliabilityTable(title: string, rows: readonly Row[]): string {
  if (rows.length === 0) return `${title}: no labelled answers\n`;
  const lines = reliabilityBins(rows).map(
    (bin) =>
      `  ${percent(bin.from)}–${percent(bin.to)}  ${String(bin.n).padStart(5)}  ${percent(bin.predicted)}       ${percent(bin.observed)}      ${percent(bin.low)}–${percent(bin.high)}`,
  );
  return [
    `${title}: ${rows.length} labelled answers, ${rows.filter((row) => row.right).length} right`,
    '  confidence     n  predicted  observed  95 % interval',
    ...lines,
    ...figureLines(rows),
    '',
  ].join('\n');
}

function figureLines(rows: readonly Row[]): string[] {
  const figures = figuresOf(rows);
  const drawn = bootstrap(rows);
  const line = (name: string, figure: (of: Figures) => number | null) => {
    const value = figure(figures);
    if (value === null) return `  ${name.padEnd(24)} –`;
    const interval = middle95(drawn.map(figure).filter((one) => one !== null));
    const range = interval ? ` (${interval.from.toFixed(3)}–${interval.to.toFixed(3)})` : '';
    return `  ${name.padEnd(24)} ${value.toFixed(3)}${range}`;
  };
  return [
    `${line('calibration error (ECE)', ({ ece }) => ece)}, by chance alone ${chanceError(rows).toFixed(3)}`,
    line('Brier skill', ({ brierSkill }) => brierSkill),
    line('AUROC', ({ auroc }) => auroc),
    line('coverage at 80 % right', ({ coverage80 }) => coverage80),
    line('coverage at 90 % right', ({ coverage90 }) => coverage90),
  ];
}

function percent(share: number): string {
  return `${String(Math.round(100 * share)).padStart(3)} %`;
}
