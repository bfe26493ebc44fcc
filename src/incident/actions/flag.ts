import { z } from 'zod';

const flag = z.strictObject({
  flag: z.string().regex(/^(?!\.{1,2}$)[\w.~:/-]{1,200}$/, 'the name of a flag'),
  /** By its name in sitrep.yaml; may be left out where only one source has the flag. */
  source: z.string().min(1).max(60).optional(),
  environment: z.string().min(1).max(100).optional(),
});

export const flagActions = { 'flag.disable': flag, 'flag.enable': flag } as const;
