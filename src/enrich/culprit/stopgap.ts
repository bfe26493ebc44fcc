import type { Change } from './change.ts';

/** What is said where the trouble is over and only the measure against it is left. */
const OVER =
  /\b((is|are|was|were|been|now|got|be|bug) (now )?(fixed|resolved|finished|completed?|addressed|restored|healthy|useless)|no longer|not (really )?needed|unneeded|fixed (in|by|with)|(has|have) (finished|completed)|(?<!not |non-)ready (for|to|when)|(when|is) ready|re-?(enabled?|land(ed|ing)?|appl(y|ied)|deploy(ed)?)|bring(ing)? .{0,30}back|(come|go|move|moved|put|turn|turned|switch\w*) .{0,30}\bback|is over|any ?more|temporar(y|ily)|wasn't|was not the|had no effect|did ?n[o']t help|unrelated|try(ing)? again|now (works?|supported|safe|possible|unblocked|available)|has been (deployed|merged|performed|done))\b/i;

/** How such measures begin: they take something out of service for a while. */
const MEASURE =
  /^\W*(revert|back ?out|roll ?back)|\b(disabl\w+|temporar\w*|depool\w*|work-?arounds?|hack|skip|pin|pinned|hold|pause|stop|block|throttl\w+|emergency|mute|silence|turn off|comment(ed)? out|unset|downgrade|exclude|drain|limit|maintenance|quick ?fix|for now)\b/i;

/** Whether a change is a measure for the time being and the symptom says that this time is over. */
export function isStopgap(symptom: string, change: Pick<Change, 'subject'>): boolean {
  return MEASURE.test(change.subject) && OVER.test(symptom);
}
