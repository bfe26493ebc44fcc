import { z } from 'zod';

/** The name of an app, and with it one segment of a path. */
export const flyApp = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'the name of a Fly app');

const machine = { app: flyApp, machine: z.string().regex(/^[a-z0-9]{6,32}$/, 'the id of a Fly machine') };

export const flyActions = {
  'fly.restart_machine': z.strictObject(machine),
  'fly.scale': z.strictObject({
    app: flyApp,
    group: z.string().regex(/^[\w-]{1,63}$/, 'a process group; app where fly.toml names none'),
    count: z.int().min(1).max(100),
  }),
  'fly.rollback_image': z.strictObject({
    ...machine,
    version: z.string().regex(/^[0-9A-Z]{26}$/, 'the version of a Fly machine'),
  }),
  'fly.cordon_machine': z.strictObject(machine),
  'fly.uncordon_machine': z.strictObject(machine),
} as const;
