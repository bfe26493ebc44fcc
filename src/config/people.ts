import { z } from 'zod';
import type { Person } from '../incident/person.ts';
import { kubernetesUser } from './kubernetes.ts';

const personSchema = z.strictObject({
  slack: z.string().regex(/^[UW][A-Z0-9]+$/, 'a Slack user id such as U012AB3CD'),
  name: z.string().min(1),
  may_approve: z.boolean().default(false),
  kubernetes: kubernetesUser,
  deny: z.boolean().default(false),
  key_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits, as “sitrep key” prints them')
    .optional(),
});

/** `people` in sitrep.yaml. Nobody stands there twice: two entries could say two things of what one person may do. */
export const peopleSchema = z
  .array(personSchema)
  .default([])
  .superRefine((people, context) => {
    for (const [place, one] of people.entries()) {
      const before = people.slice(0, place);
      const sameId = before.find(({ slack }) => slack === one.slack);
      if (sameId)
        context.addIssue({
          code: 'custom',
          path: [place, 'slack'],
          message: `“${one.slack}” is listed twice, as “${sameId.name}” and as “${one.name}”; make one entry of both`,
        });
      // A name stands for its bearer in a terminal, where an id does so as well.
      const twin =
        before.find(({ name }) => alike(name, one.name)) ??
        people.find(({ slack }) => alike(slack, one.name));
      if (!sameId && twin && twin !== one)
        context.addIssue({
          code: 'custom',
          path: [place, 'name'],
          message: `“${one.name}” names ${twin.slack} and ${one.slack}, so that nobody could tell them apart; give each a name of their own`,
        });
    }
  });

export function personOf(person: z.infer<typeof personSchema>): Person {
  return {
    slackId: person.slack,
    name: person.name,
    mayApprove: person.may_approve,
    denied: person.deny,
    keyHash: person.key_sha256 ?? null,
  };
}

function alike(one: string, other: string): boolean {
  return folded(one) === folded(other);
}

function folded(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
