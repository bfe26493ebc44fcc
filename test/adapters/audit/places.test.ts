import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { filePlace } from '../../../src/adapters/audit/file-place.ts';
import { gitPlace } from '../../../src/adapters/audit/git-place.ts';
import { slackPlace } from '../../../src/adapters/audit/slack-place.ts';
import { createSigner } from '../../../src/incident/checkpoint.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryDirectory();
});
const signer = createSigner(Buffer.alloc(32, 1));
const mark = (seq: number) =>
  signer.sign({ seq, hash: String(seq).padStart(64, '0'), at: '2026-03-04T03:00:00.000Z' });
const seqsIn = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { seq: number }).seq);
const git = (repository: string, ...args: string[]) =>
  execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' });

describe('a file', () => {
  it('grows at its end and says what it has, also after more lines than one look reads', async () => {
    const path = join(folder, 'deep', 'checkpoints.jsonl');
    const place = filePlace(path);
    expect(await place.newest()).toMatchObject({ seq: 0 });
    const many = Array.from({ length: 40 }, (_, n) => mark(n + 1));
    await place.add(many.slice(0, 30));
    expect(await place.newest()).toMatchObject({ seq: 30 });
    await filePlace(path).add(many.slice(30));
    expect(await place.newest()).toMatchObject({ seq: 40, hash: mark(40).hash });
    expect(seqsIn(readFileSync(path, 'utf8'))).toEqual(many.map(({ seq }) => seq));
  });

  it('goes on behind the last whole line after a crash in the middle of one', async () => {
    const path = join(folder, 'broken.jsonl');
    const place = filePlace(path);
    await place.add([mark(1), mark(2)]);
    appendFileSync(path, '{"seq":3,"ha');
    expect(await place.newest()).toMatchObject({ seq: 2 });
    await place.add([mark(3)]);
    expect(seqsIn(readFileSync(path, 'utf8'))).toEqual([1, 2, 3]);
  });

  it('says so when it holds something else', async () => {
    const path = join(folder, 'other.txt');
    writeFileSync(path, 'shopping list\n');
    await expect(filePlace(path).newest()).rejects.toThrow(`The last line of ${path} is no checkpoint`);
  });
});

describe('a repository', () => {
  it('has one commit for each addition, without any hook being run', async () => {
    const repository = join(folder, 'clone');
    execFileSync('git', ['init', '--quiet', repository]);
    writeFileSync(join(repository, '.git/hooks/pre-commit'), '#!/bin/sh\ntouch "$PWD/hooked"\n');
    chmodSync(join(repository, '.git/hooks/pre-commit'), 0o755);
    const place = gitPlace({ repository, file: 'audit/checkpoints.jsonl', push: false });
    expect(await place.newest()).toMatchObject({ seq: 0 });
    await place.add([mark(1), mark(2)]);
    await place.add([mark(3)]);
    expect(await place.newest()).toMatchObject({ seq: 3 });
    expect(git(repository, 'log', '--format=%s').trim().split('\n')).toEqual([
      'Audit checkpoint of entry 3',
      'Audit checkpoint of entry 2',
    ]);
    expect(seqsIn(git(repository, 'show', 'HEAD:audit/checkpoints.jsonl'))).toEqual([1, 2, 3]);
    expect(existsSync(join(repository, 'hooked'))).toBe(false);
  });

  it('pushes what it could not push before, and has only what was pushed', async () => {
    const [remote, repository] = [join(folder, 'remote.git'), join(folder, 'pushing')];
    execFileSync('git', ['init', '--quiet', '--bare', remote]);
    execFileSync('git', ['clone', '--quiet', remote, repository], { stdio: 'ignore' });
    git(repository, 'config', 'push.autoSetupRemote', 'true');
    const place = gitPlace({ repository, file: 'checkpoints.jsonl', push: true });
    await place.add([mark(1)]);
    expect(await place.newest()).toMatchObject({ seq: 1 });
    rmSync(join(remote, 'HEAD'));
    await expect(place.add([mark(2)])).rejects.toThrow('git push failed');
    expect(await place.newest()).toMatchObject({ seq: 1 });
    const head = git(repository, 'symbolic-ref', 'HEAD');
    writeFileSync(join(remote, 'HEAD'), `ref: ${head.trim()}\n`);
    await place.add([mark(2), mark(3)]);
    expect(seqsIn(git(remote, 'show', 'HEAD:checkpoints.jsonl'))).toEqual([1, 2, 3]);
  });

  it('that is none is named', async () => {
    const repository = join(folder, 'nothing');
    mkdirSync(repository);
    const place = gitPlace({ repository, file: 'checkpoints.jsonl', push: false });
    await expect(place.newest()).rejects.toThrow(`in ${repository}`);
  });
});

describe('a channel', () => {
  it('is told the newest of them, in a line that verifying takes, and its refusal is passed on', async () => {
    const said: { channel: string; text: string }[] = [];
    let refusal: Error | null = null;
    const postMessage = async (message: { channel: string; text: string }) => {
      if (refusal) throw refusal;
      said.push(message);
    };
    const client = { chat: { postMessage } } as unknown as Parameters<typeof slackPlace>[0];
    const place = slackPlace(client, 'C0AUDIT');
    expect(await place.newest()).toBeNull();
    await place.add([mark(1), mark(2)]);
    expect(said).toHaveLength(1);
    expect(said[0]?.channel).toBe('C0AUDIT');
    expect(JSON.parse(said[0]?.text.split('```')[1] ?? '')).toEqual(mark(2));
    refusal = new Error('channel_not_found');
    await expect(place.add([mark(3)])).rejects.toThrow('channel_not_found');
  });
});
