/** The documents by which kubectl and other clients find out what this API server serves. */

type ApiResource = {
  name: string;
  singularName: string;
  namespaced: boolean;
  kind: string;
  verbs: string[];
  shortNames?: string[];
};

const READ = ['get', 'list'];

function resource(kind: string, verbs: string[], shortName?: string): ApiResource {
  const singularName = kind.toLowerCase();
  const short = shortName === undefined ? {} : { shortNames: [shortName] };
  return { name: `${singularName}s`, singularName, namespaced: true, kind, verbs, ...short };
}

const DOCUMENTS: Readonly<Record<string, object>> = {
  '/version': { major: '1', minor: '32', gitVersion: 'v1.32.0+sitrep-local', platform: 'local' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [
      {
        name: 'apps',
        versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
        preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
      },
    ],
  },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [
      resource('Pod', [...READ, 'delete'], 'po'),
      resource('Service', READ, 'svc'),
      resource('Event', READ, 'ev'),
      { ...resource('Node', [...READ, 'patch'], 'no'), namespaced: false },
    ],
  },
  '/apis/apps/v1': {
    kind: 'APIResourceList',
    groupVersion: 'apps/v1',
    resources: [
      resource('Deployment', [...READ, 'create', 'update', 'patch', 'delete'], 'deploy'),
      resource('ReplicaSet', READ, 'rs'),
    ],
  },
};

/** The document at a path, or undefined when the path is not one of discovery. */
export function discovery(path: string): object | undefined {
  return Object.hasOwn(DOCUMENTS, path) ? DOCUMENTS[path] : undefined;
}
