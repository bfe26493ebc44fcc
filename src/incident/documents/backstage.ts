import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { KnowledgeDocument } from '../document.ts';
import type { Service, ServiceCatalogue } from '../service.ts';
import { firstLine, plain, messageOf } from '../text.ts';

const text = z.string().catch('');
const texts = z.array(z.string()).catch([]);

const READ_KINDS = ['Component', 'API', 'System'] as const;

const entitySchema = z.object({
  apiVersion: z.string().startsWith('backstage.io/'),
  kind: z.enum(READ_KINDS),
  metadata: z.object({
    name: z.string().regex(/^[\w.-]{1,100}$/),
    title: text,
    description: text,
    annotations: z.record(z.string(), z.string()).catch({}),
    links: z.array(z.object({ url: z.string(), title: text })).catch([]),
    tags: texts,
  }),
  spec: z
    .object({
      type: text,
      lifecycle: text,
      owner: text,
      system: text,
      dependsOn: texts,
      consumesApis: texts,
      providesApis: texts,
    })
    .prefault({} as never),
});

type Entity = z.infer<typeof entitySchema>;

/** Whether a file of this name is one of Backstage's catalogue. */
export function isCatalogue(path: string): boolean {
  return /(^|\/)catalog-info\.ya?ml$/i.test(path);
}

/** One document for each component, API and system of a catalogue file; never throws. */
export function readBackstage(file: { source: string; path: string; text: string; base: string | null }): {
  documents: KnowledgeDocument[];
  problems: string[];
} {
  const { entities, problems } = entitiesOf(file.path, file.text);
  return { documents: entities.map((entity) => documentOf(entity, file)), problems };
}

/** The components of a catalogue file as services. `sitrep.yaml` names each as its alerts do; so must Backstage. */
export function backstageServices(
  path: string,
  content: string,
): { services: Service[]; problems: string[] } {
  const { entities, problems } = entitiesOf(path, content);
  const services = entities.flatMap((entity): Service[] => {
    if (entity.kind !== 'Component') return [];
    const { name, description, annotations } = entity.metadata;
    const slug = annotations['github.com/project-slug'];
    const repo = slug !== undefined && /^[\w.-]+\/[\w.-]+$/.test(slug) ? slug : null;
    return [
      {
        name,
        description: plain(description.split('\n', 1)[0] ?? '', 200),
        environment: 'production',
        dependsOn: entity.spec.dependsOn.flatMap(
          (ref) => /^(?:component:)(?:[\w.-]+\/)?([\w.-]+)$/i.exec(ref)?.[1] ?? [],
        ),
        kubernetes: null,
        fly: null,
        github: repo === null ? null : { repo, paths: ['.'] },
        signals: [],
      },
    ];
  });
  return { services, problems };
}

/** Both catalogues as one. Where both speak of a service, the declared one is kept, filled where it says nothing. */
export function mergeServices(declared: ServiceCatalogue, found: readonly Service[]): ServiceCatalogue {
  const merged = new Map(declared);
  const names = new Set([...declared.keys(), ...found.map(({ name }) => name)]);
  for (const service of found) {
    const known = (one: string) => names.has(one) && one !== service.name;
    const own = declared.get(service.name);
    merged.set(service.name, {
      ...service,
      ...own,
      description: own?.description || service.description,
      dependsOn: own && own.dependsOn.length > 0 ? own.dependsOn : service.dependsOn.filter(known),
      github: own?.github ?? service.github,
    });
  }
  return merged;
}

function entitiesOf(path: string, content: string): { entities: Entity[]; problems: string[] } {
  const entities: Entity[] = [];
  const problems: string[] = [];
  try {
    const documents = [parseAllDocuments(content, { prettyErrors: false })].flat();
    for (const [place, document] of documents.entries()) {
      if (!('toJS' in document)) continue;
      const [error] = document.errors;
      if (error) throw error;
      const value: unknown = document.toJS();
      const parsed = entitySchema.safeParse(value);
      if (parsed.success) entities.push(parsed.data);
      else if (!isOfAnotherKind(value)) {
        const [issue] = parsed.error.issues;
        const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
        const what = firstLine(`${where}${issue?.message ?? 'not an entity'}`, 200);
        problems.push(
          `${path}: entity ${place + 1}: ${what}. Correct it as Backstage's catalog-info.yaml asks; it is left out.`,
        );
      }
    }
  } catch (error) {
    const reason = firstLine(messageOf(error), 200);
    problems.push(`${path}: ${reason} Correct the YAML; what stands behind the mistake is left out.`);
  }
  return { entities, problems };
}

const anyKindSchema = z.object({ kind: z.string() });

/** Nothing between two separators, or something that tells nothing of services, such as a Group. */
function isOfAnotherKind(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  const named = anyKindSchema.safeParse(value);
  return named.success && !READ_KINDS.some((kind) => kind === named.data.kind);
}

function documentOf(
  { kind, metadata, spec }: Entity,
  file: { source: string; path: string; base: string | null },
): KnowledgeDocument {
  const title = metadata.title === '' ? metadata.name : metadata.title;
  const facts: [string, string][] = [
    ['Kind', [kind, spec.type, spec.lifecycle].filter(Boolean).join(', ')],
    ['Owner', spec.owner],
    ['System', spec.system],
    ['Depends on', [...spec.dependsOn, ...spec.consumesApis].join(', ')],
    ['Provides', spec.providesApis.join(', ')],
    ['Repository', metadata.annotations['github.com/project-slug'] ?? ''],
    ['Documentation', metadata.annotations['backstage.io/techdocs-ref'] ?? ''],
    ['Tags', metadata.tags.join(', ')],
    ...metadata.links.map((link): [string, string] => [link.title === '' ? 'Link' : link.title, link.url]),
  ];
  const lines = facts.flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${plain(value, 300)}`]));
  return {
    source: file.source,
    path: `${file.path}#${kind.toLowerCase()}:${metadata.name}`,
    kind: 'service',
    title: plain(title, 300),
    link: file.base === null ? null : `${file.base}${file.path}`,
    services: [metadata.name],
    alerts: [],
    actions: [],
    passages: [
      {
        position: 0,
        heading: plain(title, 300),
        body: plain([metadata.description, ...lines].join('\n').trim(), 1200),
      },
    ],
  };
}
