declare module "vader-sentiment" {
  export const SentimentIntensityAnalyzer: {
    /** `compound` is −1…+1; the three others are shares that add up to 1. */
    polarity_scores(text: string): { compound: number; pos: number; neu: number; neg: number };
  };
}
