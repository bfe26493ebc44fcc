import type { World } from './world.ts';

/** The same world again and again, and a new one after so many times. */
export type Renewed = { next(): Promise<World>; close(): Promise<void> };

export function renewed(open: () => Promise<World>, times: number): Renewed {
  let world: World | null = null;
  let used = 0;
  const close = async (): Promise<void> => {
    const left = world;
    world = null;
    await left?.close();
  };
  return {
    async next() {
      if (used >= times) await close();
      if (world === null) {
        world = await open();
        used = 0;
      }
      used += 1;
      return world;
    },
    close,
  };
}
