const WIDTH = 30;
/** Where there is no terminal, a line now and then says that it is alive. */
const LINE_EVERY_MS = 5000;
const DRAW_EVERY_MS = 100;

/** Shows how far long work is: one line drawn over and over on a terminal, plain lines elsewhere. */
export function progressLine(
  out: { isTTY?: boolean; write(text: string): unknown },
  now: () => number = () => performance.now(),
) {
  let drawnAt = now();
  let drawn = false;
  const clear = () => {
    if (drawn) out.write('\r\x1b[K');
    drawn = false;
  };
  return {
    show(what: string, done: number, total: number): void {
      if (now() - drawnAt < (out.isTTY ? DRAW_EVERY_MS : LINE_EVERY_MS)) return;
      drawnAt = now();
      if (!out.isTTY) {
        out.write(`${what}: ${done} of ${total}\n`);
        return;
      }
      const full = Math.round((done / Math.max(total, 1)) * WIDTH);
      out.write(
        `\r\x1b[K${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${done} of ${total} ${what.slice(0, 40)}`,
      );
      drawn = true;
    },
    say(text: string): void {
      clear();
      out.write(`${text}\n`);
    },
    clear,
  };
}
