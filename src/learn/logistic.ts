/** Gaussian prior, each coefficient apart, and what each row counts (1 unless said). */
export type Prior = { mean: readonly number[]; deviation: readonly number[]; weights?: readonly number[] };

/** The mode of the posterior and its covariance there (Laplace approximation). */
export type Posterior = { mode: number[]; covariance: number[][] };

const MOST_STEPS = 50;
const SURE = 30;

/** Log-odds of a probability; 0 and 1 are taken as very sure instead of infinite. */
export function logOddsOf(probability: number): number {
  return Math.max(-SURE, Math.min(SURE, Math.log(probability) - Math.log1p(-probability)));
}

/** The inverse of `logOddsOf`. */
export function probabilityAt(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/**
 * Logistic regression with a Gaussian prior, by Newton's method with halved steps. The penalised
 * likelihood is strictly concave, so there is one mode whatever the data, separable ones included.
 * `rows` all have as many values as the prior has coefficients.
 */
export function posteriorMode(
  rows: readonly (readonly number[])[],
  right: readonly boolean[],
  prior: Prior,
): Posterior {
  const size = prior.mean.length;
  const precision = prior.deviation.map((one) => 1 / one ** 2);
  const weightOf = (i: number) => prior.weights?.[i] ?? 1;
  let mode = [...prior.mean];
  let value = objective(mode);
  for (let step = 0; step < MOST_STEPS; step++) {
    const { gradient, hessian } = derivatives(mode);
    const direction = solve(hessian, gradient);
    let scale = 1;
    let next = mode.map((one, k) => one + at(direction, k));
    let reached = objective(next);
    while (reached < value && scale > 1e-6) {
      scale /= 2;
      next = mode.map((one, k) => one + scale * at(direction, k));
      reached = objective(next);
    }
    if (reached < value) break;
    const gained = reached - value;
    mode = next;
    value = reached;
    if (gained < 1e-10) break;
  }
  return { mode, covariance: inverse(derivatives(mode).hessian) };

  function objective(coefficients: readonly number[]): number {
    let sum = 0;
    rows.forEach((row, i) => {
      const logOdds = dot(row, coefficients);
      // log(1 + e^-x) without overflow for either sign.
      const signed = right[i] === true ? logOdds : -logOdds;
      sum -= weightOf(i) * (Math.max(0, -signed) + Math.log1p(Math.exp(-Math.abs(signed))));
    });
    coefficients.forEach((one, k) => (sum -= 0.5 * at(precision, k) * (one - at(prior.mean, k)) ** 2));
    return sum;
  }

  function derivatives(coefficients: readonly number[]) {
    const gradient = coefficients.map((one, k) => at(precision, k) * (at(prior.mean, k) - one));
    const hessian = gradient.map((_, k) => gradient.map((_unused, l) => (k === l ? at(precision, k) : 0)));
    rows.forEach((row, i) => {
      const probability = probabilityAt(dot(row, coefficients));
      const error = weightOf(i) * ((right[i] === true ? 1 : 0) - probability);
      const curve = weightOf(i) * probability * (1 - probability);
      for (let k = 0; k < size; k++) {
        gradient[k] = at(gradient, k) + error * at(row, k);
        const line = hessian[k];
        if (!line) continue;
        for (let l = 0; l < size; l++) line[l] = at(line, l) + curve * at(row, k) * at(row, l);
      }
    });
    return { gradient, hessian };
  }
}

function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const columns = matrix.map((_, k) =>
    solve(
      matrix,
      matrix.map((_unused, l) => (k === l ? 1 : 0)),
    ),
  );
  return columns.map((_, k) => columns.map((column) => at(column, k)));
}

/** Solves a small system that is symmetric and positive definite, by elimination with the largest pivot. */
function solve(matrix: readonly (readonly number[])[], values: readonly number[]): number[] {
  const rows = matrix.map((row, k) => [...row, at(values, k)]);
  const size = rows.length;
  for (let k = 0; k < size; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row) => (Math.abs(at(row, k)) > Math.abs(at(best, k)) ? row : best));
    const from = rows.indexOf(pivot);
    const moved = rows[k];
    if (!moved) break;
    rows[from] = moved;
    rows[k] = pivot;
    for (const row of rows.slice(k + 1)) {
      const factor = at(row, k) / at(pivot, k);
      for (let l = k; l <= size; l++) row[l] = at(row, l) - factor * at(pivot, l);
    }
  }
  const solution = Array.from({ length: size }, () => 0);
  for (let k = size - 1; k >= 0; k--) {
    const row = rows[k] ?? [];
    let rest = at(row, size);
    for (let l = k + 1; l < size; l++) rest -= at(row, l) * at(solution, l);
    solution[k] = rest / at(row, k);
  }
  return solution;
}

function dot(left: readonly number[], right: readonly number[]): number {
  let sum = 0;
  for (let k = 0; k < left.length; k++) sum += at(left, k) * at(right, k);
  return sum;
}

/** Rows have the length that the prior has; reading past it would be a mistake of ours. */
function at(values: readonly number[], k: number): number {
  const value = values[k];
  if (value === undefined) throw new RangeError(`There is no value number ${k} among ${values.length}`);
  return value;
}
