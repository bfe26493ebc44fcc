/** Signs of each alternative, which one was chosen, and how much the case counts. */
export type Choice = { rows: number[][]; chosen: number; weight: number };

const STEPS = 1200;
const RATE = 0.4;

/** A conditional logit with ridge penalty `ridge`, by gradient ascent with momentum from zero. */
export function fitLogit(choices: readonly Choice[], ridge: number): number[] {
  const size = choices[0]?.rows[0]?.length ?? 0;
  const weights = Array.from({ length: size }, () => 0);
  const speed = [...weights];
  for (let step = 0; step < STEPS; step += 1) {
    const slope = weights.map((weight) => -ridge * weight);
    for (const { rows, chosen, weight } of choices) {
      const shares = softmax(rows.map((row) => dot(row, weights)));
      rows.forEach((row, place) => {
        const pull = weight * (Number(place === chosen) - (shares[place] ?? 0));
        row.forEach((value, sign) => (slope[sign] = (slope[sign] ?? 0) + pull * value));
      });
    }
    slope.forEach((value, sign) => {
      speed[sign] = 0.9 * (speed[sign] ?? 0) + (RATE * value) / choices.length;
      weights[sign] = (weights[sign] ?? 0) + (speed[sign] ?? 0);
    });
  }
  return weights;
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
