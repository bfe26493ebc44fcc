/** Signs of each alternative, which one was chosen, and how much the case counts. */
export type Choice = { rows: number[][]; chosen: number; weight: number };

const STEPS = 800;
const RATE = 0.4;

/** A conditional logit with ridge penalty `ridge`, by gradient ascent with momentum from zero. */
export function fitLogit(choices: readonly Choice[], ridge: number): number[] {
  const size = choices[0]?.rows[0]?.length ?? 0;
  const flat = choices.map(({ rows }) => Float64Array.from(rows.flat()));
  const weights = new Float64Array(size);
  const speed = new Float64Array(size);
  for (let step = 0; step < STEPS; step += 1) {
    const slope = weights.map((weight) => -ridge * weight);
    choices.forEach((choice, index) => climb(flat[index] ?? weights, choice, weights, slope));
    for (let sign = 0; sign < size; sign += 1) {
      speed[sign] = 0.9 * (speed[sign] ?? 0) + (RATE * (slope[sign] ?? 0)) / choices.length;
      weights[sign] = (weights[sign] ?? 0) + (speed[sign] ?? 0);
    }
  }
  return [...weights];
}

/** Adds to `slope` what one choice says; in plain loops, because it is done a million times. */
function climb(
  signs: Float64Array,
  { rows, chosen, weight }: Choice,
  weights: Float64Array,
  slope: Float64Array,
): void {
  const size = weights.length;
  const scores = new Float64Array(rows.length);
  let top = -Infinity;
  for (let row = 0; row < rows.length; row += 1) {
    let score = 0;
    for (let sign = 0; sign < size; sign += 1)
      score += (signs[row * size + sign] ?? 0) * (weights[sign] ?? 0);
    scores[row] = score;
    top = Math.max(top, score);
  }
  let total = 0;
  for (let row = 0; row < rows.length; row += 1) total += scores[row] = Math.exp((scores[row] ?? 0) - top);
  for (let row = 0; row < rows.length; row += 1) {
    const pull = weight * (Number(row === chosen) - (scores[row] ?? 0) / total);
    for (let sign = 0; sign < size; sign += 1)
      slope[sign] = (slope[sign] ?? 0) + pull * (signs[row * size + sign] ?? 0);
  }
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, place) => sum + value * (b[place] ?? 0), 0);
}

export function softmax(scores: readonly number[]): number[] {
  const top = Math.max(...scores);
  const mass = scores.map((score) => Math.exp(score - top));
  const total = mass.reduce((sum, one) => sum + one, 0);
  return mass.map((one) => one / total);
}
