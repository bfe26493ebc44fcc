/** Any JSON object as it arrives from the app or goes to it; fields are checked where they are used. */
export type JsonObject = { [key: string]: unknown };

/** A Block Kit block. Only the type is certain; everything else is checked by block-kit-limits. */
export type Block = JsonObject & { type: string; block_id?: string };

/** A person of the local workspace, whom the console can act as. */
export interface Person {
  /** Slack-like id, for example U0ONCALL. */
  id: string;
  /** Handle, also what is shown, for example on-call. */
  name: string;
  /** What the person may do, in words, for example "approver". */
  role: string;
}

export interface Channel {
  id: string;
  name: string;
}

/** The app as the workspace knows it. */
export interface AppIdentity {
  appId: string;
  botId: string;
  botUserId: string;
  name: string;
  teamId: string;
  teamDomain: string;
}

/** What the stand-in and the console need of a logger; pino fits. */
export interface Log {
  info(meta: object, message: string): void;
  warn(meta: object, message: string): void;
}

export interface Reaction {
  name: string;
  users: string[];
}

/** One message as the stand-in keeps it; message-format turns it into Slack's shape. */
export interface StoredMessage {
  ts: string;
  channel: string;
  threadTs?: string;
  user: string;
  fromApp: boolean;
  text: string;
  blocks?: Block[];
  metadata?: JsonObject;
  fileIds?: string[];
  editedTs?: string;
  replyBroadcast?: boolean;
  reactions?: Reaction[];
  clientMsgId?: string;
  /** Set when only this person sees the message; such messages are not kept over a restart, as in Slack. */
  visibleTo?: string;
}

export interface StoredFile {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  size: number;
  user: string;
  created: number;
  /** False until files.completeUploadExternal has been called. */
  shared: boolean;
}

/** A modal or App Home that the app has opened for one person. */
export interface StoredView {
  id: string;
  userId: string;
  type: 'modal' | 'home';
  payload: JsonObject;
  blocks: Block[];
  hash: string;
  rootId: string;
  previousId: string | null;
  /** What the person has filled in so far, by block id and action id, in Slack's shape. */
  values: ViewValues;
  /** 0 for the bottom modal of a stack. */
  depth: number;
}

export type ViewValues = Record<string, Record<string, JsonObject>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
