import { readMessageContent } from './message-content.ts';
import { formatFile } from './message-format.ts';
import { readJson, readText, refuse, type Method } from './method.ts';
import { readTarget } from './methods-chat.ts';
import { isJsonObject } from './types.ts';

const getUploadURLExternal: Method = (args, context) => {
  const name = readText(args['filename']);
  const size = Number(args['length']);
  if (!name || !Number.isInteger(size) || size <= 0) return refuse('invalid_arguments');
  const file = {
    id: context.newId('F'),
    name,
    title: name,
    mimetype: mimetypeOf(name),
    size,
    user: context.app.botUserId,
    created: Math.floor(context.now() / 1000),
    shared: false,
  };
  context.workspace.saveFile(file);
  return { ok: true, upload_url: `${context.origin()}/upload/v1/${file.id}`, file_id: file.id };
};

const completeUploadExternal: Method = (args, context) => {
  const entries = readJson(args['files']);
  if (!Array.isArray(entries) || entries.length === 0) return refuse('invalid_arguments');
  const files = entries.filter(isJsonObject).map((entry) => {
    const file = context.workspace.file(String(entry['id']));
    return file && { ...file, title: readText(entry['title']) ?? file.name, shared: true };
  });
  if (files.some((file) => file === undefined)) return refuse('file_not_found');
  const found = files.filter((file) => file !== undefined);
  const channel = args['channel_id'] ?? readText(args['channels']);
  if (channel !== undefined) {
    const target = readTarget({ channel, thread_ts: args['thread_ts'] }, context);
    if ('refusal' in target) return target.refusal;
    const read = readMessageContent({ text: args['initial_comment'], blocks: args['blocks'] }, context.newId);
    if ('refusal' in read) return read.refusal;
    for (const file of found) context.workspace.saveFile(file);
    context.workspace.post({
      ...target,
      ...read.content,
      text: read.content.text ?? '',
      user: context.app.botUserId,
      fromApp: true,
      fileIds: found.map((file) => file.id),
    });
  }
  return { ok: true, files: found.map((file) => formatFile(file, context.origin())) };
};

const info: Method = (args, context) => {
  const file = context.workspace.file(String(args['file']));
  if (!file) return refuse('file_not_found');
  return { ok: true, file: formatFile(file, context.origin()), comments: [] };
};

/** files.*: uploads in Slack's three steps, kept on disk. */
export const FILE_METHODS: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': getUploadURLExternal,
  'files.completeUploadExternal': completeUploadExternal,
  'files.info': info,
};

function mimetypeOf(name: string): string {
  const known: Record<string, string> = {
    md: 'text/markdown',
    txt: 'text/plain',
    json: 'application/json',
    csv: 'text/csv',
    png: 'image/png',
  };
  return known[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}
