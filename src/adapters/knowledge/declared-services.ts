import { digestOf } from '../../incident/canonical.ts';
import { plain } from '../../incident/text.ts';
import type { Service, ServiceCatalogue } from '../../incident/service.ts';
import type { KnowledgeSource } from './source.ts';

/** The services of the catalogue in force, one document each: what they are, need and are measured by. */
export function declaredServices(catalogue: ServiceCatalogue): KnowledgeSource {
  const texts = new Map([...catalogue.values()].map((one) => [`${one.name}.md`, written(one)]));
  return {
    name: 'sitrep:services',
    async list() {
      const entries = [...texts].map(([path, text]) => ({ path, version: digestOf(text) }));
      return { entries, problems: [], kept: [], base: null, finished: () => undefined };
    },
    async read(entries) {
      return entries.map(({ path }) => ({ path, text: texts.get(path) ?? '' }));
    },
  };
}

function written({ name, description, dependsOn, kubernetes, github, signals }: Service): string {
  const facts: [string, string][] = [
    ['Depends on', dependsOn.join(', ')],
    ['Deployment', kubernetes ? `${kubernetes.namespace}/${kubernetes.deployment}` : ''],
    ['Repository', github ? `${github.repo}: ${github.paths.join(', ')}` : ''],
    ['Measured by', signals.map((signal) => signal.name).join(', ')],
  ];
  return [
    '---',
    // JSON is YAML, and nothing in a name can end it early.
    JSON.stringify({ title: name, services: [name] }),
    '---',
    '',
    plain(description, 1000),
    ...facts.flatMap(([what, value]) => (value === '' ? [] : ['', `${what}: ${plain(value, 500)}`])),
    '',
  ].join('\n');
}
