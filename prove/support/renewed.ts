/** A world to try things in, and another one after so many times, because each look takes longer the more lies in it. */
export type Renewed<W> = { next(): Promise<W>; close(): Promise<void> };

export function renewed<W extends { close(): Promise<void> }>(
  open: () => Promise<W>,
  times: number,
): Renewed<W> {
  let world: W | null = null;
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
