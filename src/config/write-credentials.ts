/**
 * Every variable that lets its holder change something outside. Whoever adds a tool that writes adds the variable of its
 * credential here; then only a process that carries out actions starts with it.
 */
const WRITE_VARIABLES = ['KUBERNETES_WRITE_TOKEN', 'GITHUB_WRITE_TOKEN'] as const;

/** The names, never the values, of the write credentials that the environment holds. */
export function writeCredentialsIn(environment: NodeJS.ProcessEnv): string[] {
  return WRITE_VARIABLES.filter((name) => environment[name]);
}
