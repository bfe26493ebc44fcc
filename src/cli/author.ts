import { userInfo } from 'node:os';

/** Who is logged in; in a container the number of the user may have no name. */
export function author(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    return 'cli';
  }
}
