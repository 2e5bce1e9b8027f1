import type { Features } from "./features";

/** Negative, neutral, positive. */
export const CLASSES = 3;
export type Probabilities = [number, number, number];
/** Per class: a weight a feature, then the bias. */
export type Weights = Float64Array[];
export type Example = { features: Features; label: 0 | 1 | 2 };

type Fit = { size: number; l2: number; steps: number; rate: number };

/**
 * Fits multinomial logistic regression by Adam (Kingma & Ba 2015) on the whole set: no random numbers, so the same data give
 * the same weights. The bias is not penalised.
 * @param fit size: length of a feature vector; l2: penalty; steps, rate: of the descent (the rate falls to zero linearly)
 */
export function fitSoftmax({ examples, fit }: { examples: readonly Example[]; fit: Fit }): Weights {
  const weights = newWeights(fit.size);
  const first = newWeights(fit.size);
  const second = newWeights(fit.size);
  for (let step = 1; step <= fit.steps; step++) {
    const gradient = gradientOf({ examples, weights, size: fit.size, l2: fit.l2 });
    const rate = fit.rate * (1 - (step - 1) / fit.steps);
    const scale1 = 1 - 0.9 ** step;
    const scale2 = 1 - 0.999 ** step;
    for (let k = 0; k < CLASSES; k++) {
      const [w, g, m, v] = [row(weights, k), row(gradient, k), row(first, k), row(second, k)];
      for (let i = 0; i <= fit.size; i++) {
        const slope = g[i] ?? 0;
        const mean = 0.9 * (m[i] ?? 0) + 0.1 * slope;
        const spread = 0.999 * (v[i] ?? 0) + 0.001 * slope * slope;
        m[i] = mean;
        v[i] = spread;
        w[i] = (w[i] ?? 0) - (rate * (mean / scale1)) / (Math.sqrt(spread / scale2) + 1e-8);
      }
    }
  }
  return weights;
}

/** @returns the class scores before softmax. */
export function logitsOf({ weights, features }: { weights: Weights; features: Features }): Probabilities {
  const one = (k: number) => {
    const w = row(weights, k);
    let sum = w[w.length - 1] ?? 0;
    for (let i = 0; i < features.at.length; i++) sum += (w[features.at[i] ?? 0] ?? 0) * (features.value[i] ?? 0);
    return sum;
  };
  return [one(0), one(1), one(2)];
}

/** @param temperature above 1 makes the probabilities less sure (Guo et al. 2017); 1 leaves them. */
export function softmax({ logits, temperature = 1 }: { logits: Probabilities; temperature?: number }): Probabilities {
  const highest = Math.max(...logits);
  const [a, b, c] = logits.map((logit) => Math.exp((logit - highest) / temperature)) as Probabilities;
  const sum = a + b + c;
  return [a / sum, b / sum, c / sum];
}

/**
 * The temperature that makes held-out probabilities most likely, by golden-section search on [1, 5]: never surer than fitted.
 * @param heldOut logits of examples that the weights were not fitted on
 */
export function fitTemperature(heldOut: readonly { logits: Probabilities; label: 0 | 1 | 2 }[]): number {
  const loss = (temperature: number) =>
    heldOut.reduce((sum, { logits, label }) => sum - Math.log(softmax({ logits, temperature })[label] + 1e-12), 0);
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [1, 5];
  while (high - low > 1e-4) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (loss(left) < loss(right)) high = right;
    else low = left;
  }
  return (low + high) / 2;
}

function gradientOf(given: { examples: readonly Example[]; weights: Weights; size: number; l2: number }): Weights {
  const { examples, weights, size, l2 } = given;
  const gradient = newWeights(size);
  for (const { features, label } of examples) {
    const probabilities = softmax({ logits: logitsOf({ weights, features }) });
    for (let k = 0; k < CLASSES; k++) {
      const g = row(gradient, k);
      const error = ((probabilities[k] ?? 0) - (k === label ? 1 : 0)) / examples.length;
      for (let i = 0; i < features.at.length; i++) {
        const at = features.at[i] ?? 0;
        g[at] = (g[at] ?? 0) + error * (features.value[i] ?? 0);
      }
      g[size] = (g[size] ?? 0) + error;
    }
  }
  for (let k = 0; k < CLASSES; k++) {
    const [g, w] = [row(gradient, k), row(weights, k)];
    for (let i = 0; i < size; i++) g[i] = (g[i] ?? 0) + l2 * (w[i] ?? 0);
  }
  return gradient;
}

function newWeights(size: number): Weights {
  return Array.from({ length: CLASSES }, () => new Float64Array(size + 1));
}

function row(weights: Weights, k: number): Float64Array {
  const found = weights[k];
  if (!found) throw new RangeError(`no class ${k}`);
  return found;
}
