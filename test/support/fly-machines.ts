/** One machine of the double, in Fly's own words. */
export type DoubleMachine = { id: string; state: string; group?: string; images: string[] };

type Config = { image: string; env: Record<string, string>; metadata: Record<string, string> };
type Event = { id: string; type: string; status: string; source: string; timestamp: number };
type Kept = {
  id: string;
  state: string;
  cordoned: boolean;
  versions: { version: string; user_config: Config }[];
  events: Event[];
  lease: { nonce: string; owner: string; until: number } | null;
};

type Asked = {
  method: string;
  id: string;
  action: string;
  query: URLSearchParams;
  nonce: string | undefined;
  body: any;
};

type Given = { status: number; answer: unknown };

/** The machines of one app, and what each request does to them. */
export function flyMachines(given: DoubleMachine[]) {
  let clock = Date.parse('2026-11-28T10:00:00Z');
  let count = 0;
  const ulid = () => `01${String((count += 1)).padStart(24, '0')}`;
  const machines = new Map<string, Kept>();

  function note(machine: Kept, type: string, source: string): void {
    clock += 1;
    const status = machine.state;
    machine.events.unshift({ id: ulid(), type, status, source, timestamp: clock });
  }

  for (const { id, state, group = 'app', images } of given) {
    const versions = images.map((image) => ({
      version: ulid(),
      user_config: { image, env: { RELEASE: image }, metadata: { fly_process_group: group } },
    }));
    const machine: Kept = {
      id,
      state,
      cordoned: false,
      versions: versions.toReversed(),
      events: [],
      lease: null,
    };
    machines.set(id, machine);
    note(machine, 'launch', 'user');
    note(machine, 'start', 'flyd');
  }

  const one = (id: string): Kept => {
    const found = machines.get(id);
    if (!found) throw new Error(`no machine ${id}`);
    return found;
  };
  const current = (machine: Kept) => machine.versions[0] ?? { version: '', user_config: {} };
  const shown = (machine: Kept) => ({
    id: machine.id,
    name: `name-${machine.id}`,
    state: machine.state,
    region: 'fra',
    cordoned: machine.cordoned,
    instance_id: current(machine).version,
    version: current(machine).version,
    config: current(machine).user_config,
    events: machine.events,
    checks: [{ name: 'http', status: 'passing', output: 'ok', updated_at: new Date(clock).toISOString() }],
  });
  const no = (status: number, error: string): Given => ({ status, answer: { error } });
  const ok: Given = { status: 200, answer: undefined };
  const heldAgainst = (machine: Kept, nonce: string | undefined) =>
    machine.lease !== null && machine.lease.until > clock && machine.lease.nonce !== nonce;

  function update(machine: Kept, config: Config): void {
    machine.versions.unshift({ version: ulid(), user_config: config });
    machine.state = 'started';
    note(machine, 'update', 'user');
  }

  function lease(machine: Kept, { method, nonce, body }: Asked): Given {
    if (heldAgainst(machine, nonce)) return no(409, `lease currently held by ${machine.lease?.owner}`);
    if (method === 'DELETE') {
      machine.lease = null;
      return ok;
    }
    machine.lease = { nonce: ulid(), owner: 'sitrep@example.com', until: clock + body.ttl * 1000 };
    const { until, ...rest } = machine.lease;
    const answer = { ...rest, expires_at: Math.floor(until / 1000), description: body.description };
    return { status: 201, answer: { ...answer, version: current(machine).version } };
  }

  function wait(machine: Kept, query: URLSearchParams): Given {
    const state = query.get('state') ?? 'started';
    if (machine.state !== state) return no(400, `machine is ${machine.state}, not ${state}`);
    return { status: 200, answer: { ok: true, state, version: current(machine).version } };
  }

  function write(machine: Kept, { action, body }: Asked): Given {
    switch (action) {
      case '':
        if (body.current_version && body.current_version !== current(machine).version)
          return no(409, 'current_version does not match');
        update(machine, body.config);
        return { status: 200, answer: shown(machine) };
      case 'cordon':
      case 'uncordon':
        machine.cordoned = action === 'cordon';
        return ok;
      case 'restart':
        if (machine.state !== 'started') return no(400, `machine is ${machine.state}`);
        note(machine, 'restart', 'user');
        note(machine, 'start', 'flyd');
        return ok;
      case 'start':
      case 'stop':
        machine.state = action === 'start' ? 'started' : 'stopped';
        note(machine, action, 'user');
        return ok;
      default:
        return no(404, `no action ${action}`);
    }
  }

  return {
    now: () => clock,
    /** Lets time pass: leases end, and requests are allowed again. */
    pass: (ms: number) => void (clock += ms),
    has: (id: string) => machines.has(id),
    list: () => [...machines.values()].map(shown),
    answer(asked: Asked): Given {
      const machine = one(asked.id);
      if (asked.action === 'lease') return lease(machine, asked);
      if (asked.method === 'GET') {
        if (asked.action === 'versions') return { status: 200, answer: machine.versions };
        if (asked.action === 'wait') return wait(machine, asked.query);
        return { status: 200, answer: shown(machine) };
      }
      return heldAgainst(machine, asked.nonce)
        ? no(409, `machine is leased by ${machine.lease?.owner}`)
        : write(machine, asked);
    },
    /** What somebody else does: a deployment of another image. */
    deploy: (id: string, image: string) =>
      update(one(id), { image, env: { RELEASE: image }, metadata: { fly_process_group: 'app' } }),
    /** What befalls a machine that fails, and Fly's starting it again; nobody asked for either. */
    crash(id: string) {
      note(one(id), 'exit', 'flyd');
      note(one(id), 'start', 'flyd');
    },
    restartBySomebody: (id: string) => note(one(id), 'restart', 'user'),
    cordon: (id: string) => void (one(id).cordoned = true),
    leaseTo: (id: string, owner: string) =>
      void (one(id).lease = { nonce: 'theirs', owner, until: clock + 60_000 }),
    isLeased: (id: string) => one(id).lease !== null,
    versions: (id: string) => one(id).versions.map(({ version }) => version),
  };
}
