import { join, resolve } from "node:path";

/** Folders of this checkout. `.cache` can be made again from the network; `.data` cannot. Both are git-ignored. */
export const projectRoot = resolve(process.env.EARSHOT_ROOT ?? process.cwd());
export const cacheDir = process.env.EARSHOT_CACHE_DIR ?? join(projectRoot, ".cache");
export const dataDir = process.env.EARSHOT_DATA_DIR ?? join(projectRoot, ".data");
