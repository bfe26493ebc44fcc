/**
 * What a token must be allowed to do for a request, as GitHub's settings call it: “actions: write”. GitHub says so itself in a
 * header of its refusal to a fine-grained token; otherwise the path tells.
 */
export function permissionFor(
  { method, path }: { method: string; path: string },
  accepted: string | number | undefined,
): string {
  const said = String(accepted ?? '').trim();
  if (said !== '')
    return said
      .split(';')
      .map((one) => one.trim().replaceAll('=', ': ').replaceAll('_', ' '))
      .join(' or ');
  const [, area = ''] = /\/repos\/[^/]+\/[^/]+\/([^/?]+)/.exec(path) ?? [];
  return `${AREAS[area] ?? 'contents'}: ${method === 'GET' ? 'read' : 'write'}`;
}

/** Parts of a repository's address that belong to a permission of another name than contents. */
const AREAS: Readonly<Record<string, string>> = {
  actions: 'actions',
  issues: 'issues',
  pulls: 'pull requests',
  deployments: 'deployments',
};
