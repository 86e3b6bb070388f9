/* Short names for what docs/inspector-api.yaml describes. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Session = Schemas['Session'];
export type Status = Schemas['Status'];
export type Row = Schemas['Row'];
export type Flag = Schemas['Flag'];
export type Verdict = Schemas['Verdict'];
export type AnsweredBy = Schemas['AnsweredBy'];
export type Source = Schemas['Source'];
export type Gap = Schemas['Gap'];
export type Body = Schemas['Body'];
export type Message = Schemas['Message'];
export type Timing = Schemas['Timing'];
export type Detail = Schemas['Detail'];
/** What a row and a detail have in common: all but the calls. */
export type RowFacts = Schemas['RowFacts'];
export type Event = Schemas['Event'];
export type Finding = Schemas['Finding'];
export type Replay = Schemas['Replay'];
export type Run = Schemas['Run'];
export type Chat = Schemas['Chat'];
export type ChatItem = Schemas['ChatItem'];
export type NewChat = Schemas['NewChat'];
export type Call = Schemas['Call'];
export type EventType = Schemas['EventType'];
export type Simulation = Schemas['Simulation'];
export type Examination = Schemas['Examination'];
export type Check = Schemas['Check'];
export type FilterError = Schemas['FilterError'];
export type ProblemBody = Schemas['Problem'];
