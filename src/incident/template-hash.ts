import { digestOf } from './canonical.ts';

/**
 * Names a pod template, 16 hexadecimal digits. A revision gets a new number when it is rolled out again, so that
 * the number alone could not be recognised afterwards.
 */
export function templateHash(template: unknown): string {
  return digestOf(template).slice(0, 16);
}
