const store = globalThis as unknown as { __earshot?: Map<string, unknown> };

/**
 * One object per process under `name`. Needed because the custom server and Next's route handlers live in two module
 * graphs: a module-level variable of one is not seen by the other, `globalThis` is.
 */
export function singleton<T>(name: string, make: () => T): T {
  store.__earshot ??= new Map();
  if (!store.__earshot.has(name)) store.__earshot.set(name, make());
  return store.__earshot.get(name) as T;
}

/** @returns the object under `name`, or undefined where nobody has made it in this process. */
export function existingSingleton<T>(name: string): T | undefined {
  return store.__earshot?.get(name) as T | undefined;
}
