import { describe, expect, it } from "vitest";
import { termsOf, vocabularyOf } from "./features";
import { fitRidge } from "./ridge";
import { piecesOf } from "./sentences";
import { type Example, fitSoftmax, fitTemperature, logitsOf, type Probabilities, softmax } from "./softmax-head";
import { crossValidate, figuresOf, type Label, stratifiedFolds } from "./training";

const dense = (...values: number[]) => ({ at: Int32Array.from(values.keys()), value: Float64Array.from(values) });

describe("fitSoftmax", () => {
  const examples: Example[] = [
    { features: dense(1, 0), label: 0 },
    { features: dense(0, 1), label: 1 },
    { features: dense(-1, -1), label: 2 },
  ];
  const fit = { size: 2, l2: 1e-3, steps: 300, rate: 0.1 };

  it("learns what can be told apart, the same each time", () => {
    const weights = fitSoftmax({ examples, fit });
    for (const { features, label } of examples) {
      const probabilities = softmax({ logits: logitsOf({ weights, features }) });
      expect(probabilities[label]).toBeGreaterThan(0.9);
      expect(probabilities[0] + probabilities[1] + probabilities[2]).toBeCloseTo(1, 12);
    }
    expect(fitSoftmax({ examples, fit })).toEqual(weights);
  });
});

describe("fitTemperature", () => {
  it("finds the one that makes confidence match accuracy", () => {
    // 0.9 sure by the logits, but right in 7 of 10: ln 9 / T must give odds of 7 to 3 (two classes count).
    const logits: Probabilities = [Math.log(9), 0, -1000];
    const heldOut = Array.from({ length: 10 }, (_, i) => ({ logits, label: (i < 7 ? 0 : 1) as Label }));
    expect(fitTemperature(heldOut)).toBeCloseTo(Math.log(9) / Math.log(7 / 3), 2);
  });
});

describe("figuresOf", () => {
  it("counts by hand", () => {
    const said = (label: Label, logits: Probabilities) => ({ label, logits });
    const figures = figuresOf({
      heldOut: [said(0, [9, 0, 0]), said(0, [0, 9, 0]), said(1, [0, 9, 0]), said(2, [0, 0, 9])],
      temperature: 1,
    });
    expect(figures.confusion).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(figures.accuracy).toBe(0.75);
    expect(figures.macroF1).toBeCloseTo((2 / 3 + 2 / 3 + 1) / 3, 10);
  });
});

describe("cross-validation", () => {
  it("makes folds with the same share of each class, the same for the same seed", () => {
    const labels = Array.from({ length: 50 }, (_, i) => (i < 30 ? 0 : i < 40 ? 1 : 2) as Label);
    const folds = stratifiedFolds({ labels, folds: 5, seed: 1 });
    for (let fold = 0; fold < 5; fold++) {
      const own = labels.filter((_, i) => folds[i] === fold);
      expect([0, 1, 2].map((label) => own.filter((one) => one === label).length)).toEqual([6, 2, 2]);
    }
    expect(stratifiedFolds({ labels, folds: 5, seed: 1 })).toEqual(folds);
    expect(stratifiedFolds({ labels, folds: 5, seed: 2 })).not.toEqual(folds);
  });

  it("never shows a sentence to the weights that read it", () => {
    // Nothing but the own sentence tells its class: whoever has seen it is right, whoever has not is at chance.
    const sentences = Array.from({ length: 12 }, (_, i) => ({
      text: `w${i}`,
      score: i % 2 === 0 ? -1 : 1,
      domain: "x",
    }));
    const vectors = sentences.map((_, i) => sentences.map((__, j) => (i === j ? 1 : 0)));
    const heldOut = crossValidate({ set: { sentences, vectors }, groups: sentences.map((_, i) => i) });
    for (const { logits, label } of heldOut) expect(softmax({ logits })[label]).toBeLessThan(0.55);
  });
});

describe("fitRidge", () => {
  it("solves (XᵀX + λI) w = Xᵀy", () => {
    // XᵀX + I = [[3, 1], [1, 3]], Xᵀy = [3, 2] → w = [7/8, 3/8]
    const [weights] = fitRidge({
      examples: [
        [1, 1],
        [1, 0],
        [0, 1],
      ],
      targets: [[2], [1], [0]],
      lambda: 1,
    });
    expect(weights?.[0]).toBeCloseTo(7 / 8, 12);
    expect(weights?.[1]).toBeCloseTo(3 / 8, 12);
  });
});

describe("termsOf and vocabularyOf", () => {
  it("takes words and pairs, whatever case and punctuation", () => {
    expect(termsOf("That's GREAT!")).toEqual(["that's", "great", "< that's", "that's great", "great >"]);
    expect(vocabularyOf({ texts: ["a b", "a c", "a a"], minTexts: 2 })).toEqual(["< a", "a"]);
  });
});

describe("piecesOf", () => {
  it("leaves a short text whole, cuts a long one and joins fragments", () => {
    expect(piecesOf("Oh great.  Another transfer.")).toEqual(["Oh great. Another transfer."]);
    expect(
      piecesOf(
        "Hi there. My name is Daniel and I have got a question. I have been waiting for my refund for weeks. Yes.",
      ),
    ).toEqual([
      "Hi there. My name is Daniel and I have got a question.",
      "I have been waiting for my refund for weeks. Yes.",
    ]);
    expect(piecesOf(" …?! ")).toEqual([]);
  });
});
