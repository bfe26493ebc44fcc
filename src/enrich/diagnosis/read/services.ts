import type { FrozenIncident } from '../frozen.ts';
import { field, isFields, textField, textsOf, type Fields } from './fields.ts';

const CALLS = [
  'depends_on',
  'dependsOn',
  'dependencies',
  'calls',
  'deps',
  'downstream',
  'downstreams',
  'uses',
  'requires',
  'upstreams',
];

/** Services as names, objects that say what they call, or a graph of nodes and edges. */
export function readServices(file: Fields): Pick<FrozenIncident, 'services' | 'external' | 'dependsOn'> {
  const value = field(
    file,
    'services',
    'topology',
    'dependencies',
    'dependency_graph',
    'service_graph',
    'catalog',
  );
  const dependsOn = new Map<string, string[]>();
  const services = new Set<string>();
  const external = new Set<string>();
  const call = (from: string, to: string): void => {
    services.add(from).add(to);
    const called = dependsOn.get(from);
    if (called) called.push(to);
    else dependsOn.set(from, [to]);
  };
  const read = (one: unknown, key: string | null): void => {
    if (typeof one === 'string') {
      // Names may hold the letters of `calls`, so that a long one could be split at many places.
      const arrow = one.length > 300 ? null : /^\s*([\w./-]+)\s*(?:->|→|=>|calls)\s*([\w./-]+)\s*$/.exec(one);
      if (arrow?.[1] && arrow[2]) call(arrow[1], arrow[2]);
      else if (key === null) services.add(one);
      else call(key, one);
      return;
    }
    if (Array.isArray(one)) {
      if (key !== null) services.add(key);
      if (key === null && one.length === 2 && one.every((each) => typeof each === 'string')) {
        services.add(one[0] as string).add(one[1] as string);
        return;
      }
      for (const each of one) read(each, key);
      return;
    }
    if (!isFields(one)) return;
    const from = textField(one, 'from', 'source', 'caller', 'src', 'client');
    const to = textField(one, 'to', 'target', 'callee', 'dst', 'server');
    if (from && to) return call(from, to);
    const name = textField(one, 'name', 'service', 'id') ?? key;
    const graph = [field(one, 'nodes', 'services'), field(one, 'edges', 'links')].filter(
      (each) => each !== undefined,
    );
    if (name === null || (key === null && graph.length > 0)) {
      if (graph.length > 0) return graph.forEach((each) => readEdges(each));
      for (const [each, inner] of Object.entries(one)) read(inner, each);
      return;
    }
    services.add(name);
    const kind = textField(one, 'kind', 'type', 'tier', 'owner', 'owned_by') ?? '';
    if (one['external'] === true || /extern|third|vendor|saas|provider/i.test(kind)) external.add(name);
    for (const each of textsOf(field(one, ...CALLS))) call(name, each);
    for (const each of textsOf(field(one, 'called_by', 'calledBy', 'used_by', 'dependents', 'consumers')))
      call(each, name);
  };
  const readEdges = (value: unknown): void => {
    if (!Array.isArray(value)) return read(value, null);
    for (const one of value) {
      if (Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'string')
        call(one[0], one[1]);
      else read(one, null);
    }
  };
  if (Array.isArray(value)) for (const one of value) read(one, null);
  else read(value, null);
  const edges = field(file, 'edges', 'service_edges');
  if (edges !== undefined) readEdges(edges);
  return { services: [...services], external: [...external], dependsOn };
}
