/**
 * Ridge regression of several targets at once: solves (XᵀX + λI) W = XᵀY by Cholesky's decomposition, so the cost does not
 * grow with the number of examples but for one pass.
 * @param given examples: rows of X, all of one length; targets: rows of Y; lambda > 0
 * @returns one weight vector a target
 */
export function fitRidge(given: {
  examples: readonly (readonly number[])[];
  targets: readonly (readonly number[])[];
  lambda: number;
}): Float64Array[] {
  const size = given.examples[0]?.length ?? 0;
  const outputs = given.targets[0]?.length ?? 0;
  const gram = Array.from({ length: size }, (_, i) => {
    const row = new Float64Array(size);
    row[i] = given.lambda;
    return row;
  });
  const right = Array.from({ length: outputs }, () => new Float64Array(size));
  given.examples.forEach((x, n) => {
    for (let i = 0; i < size; i++) addScaled({ to: gram[i], row: x, by: x[i] ?? 0, length: i + 1 });
    right.forEach((vector, k) => {
      addScaled({ to: vector, row: x, by: given.targets[n]?.[k] ?? 0, length: size });
    });
  });
  const lower = cholesky(gram);
  return right.map((vector) => solve({ lower, vector }));
}

function addScaled(given: { to: Float64Array | undefined; row: readonly number[]; by: number; length: number }): void {
  const { to, row, by, length } = given;
  if (!to || by === 0) return;
  for (let j = 0; j < length; j++) to[j] = (to[j] ?? 0) + by * (row[j] ?? 0);
}

/** In place, of the lower half of a symmetric positive matrix. */
function cholesky(matrix: Float64Array[]): Float64Array[] {
  matrix.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      const other = matrix[j] ?? row;
      let sum = row[j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (row[k] ?? 0) * (other[k] ?? 0);
      row[j] = i === j ? Math.sqrt(sum) : sum / (other[j] ?? 1);
    }
  });
  return matrix;
}

function solve({ lower, vector }: { lower: Float64Array[]; vector: Float64Array }): Float64Array {
  const x = Float64Array.from(vector);
  lower.forEach((row, i) => {
    let sum = x[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (row[k] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (row[i] ?? 1);
  });
  for (let i = lower.length - 1; i >= 0; i--) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < lower.length; k++) sum -= (lower[k]?.[i] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (lower[i]?.[i] ?? 1);
  }
  return x;
}
