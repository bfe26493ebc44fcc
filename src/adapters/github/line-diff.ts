/** The lines `[start, end)` of the old text become `lines`. */
export type Hunk = { start: number; end: number; lines: string[] };

/** The lines of a text, each with its line end, so that a missing last one is kept. */
export function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/**
 * The smallest set of line changes from one text to another, by Myers' greedy algorithm
 * (An O(ND) Difference Algorithm and Its Variations, 1986), in the order of the old text.
 */
export function diffLines(before: string[], after: string[]): Hunk[] {
  return toHunks(editPath(before, after), before, after);
}

/** The pairs of equal lines, as positions in both texts, in order. */
function editPath(before: string[], after: string[]): Array<[number, number]> {
  const longest = before.length + after.length;
  const furthest = new Map<number, number>([[1, 0]]);
  const history: Array<Map<number, number>> = [];
  for (let distance = 0; distance <= longest; distance += 1) {
    history.push(new Map(furthest));
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      let x = isDown(furthest, diagonal, distance)
        ? reach(furthest, diagonal + 1)
        : reach(furthest, diagonal - 1) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      furthest.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length)
        return backtrack(history, before.length, after.length);
    }
  }
  return [];
}

function backtrack(history: Array<Map<number, number>>, endX: number, endY: number): Array<[number, number]> {
  const equal: Array<[number, number]> = [];
  let x = endX;
  let y = endY;
  for (let distance = history.length - 1; distance >= 0; distance -= 1) {
    const furthest = history[distance] ?? new Map<number, number>();
    const diagonal = x - y;
    const previous = isDown(furthest, diagonal, distance) ? diagonal + 1 : diagonal - 1;
    const previousX = reach(furthest, previous);
    const previousY = previousX - previous;
    while (x > previousX && y > previousY) {
      x -= 1;
      y -= 1;
      if (x >= 0 && y >= 0) equal.push([x, y]);
    }
    x = previousX;
    y = previousY;
  }
  return equal.reverse();
}

function isDown(furthest: Map<number, number>, diagonal: number, distance: number): boolean {
  if (diagonal === -distance) return true;
  return diagonal !== distance && reach(furthest, diagonal - 1) < reach(furthest, diagonal + 1);
}

function reach(furthest: Map<number, number>, diagonal: number): number {
  return furthest.get(diagonal) ?? 0;
}

function toHunks(equal: Array<[number, number]>, before: string[], after: string[]): Hunk[] {
  const hunks: Hunk[] = [];
  let [x, y] = [0, 0];
  for (const [nextX, nextY] of [...equal, [before.length, after.length] as const]) {
    if (nextX > x || nextY > y) hunks.push({ start: x, end: nextX, lines: after.slice(y, nextY) });
    x = nextX + 1;
    y = nextY + 1;
  }
  return hunks;
}
