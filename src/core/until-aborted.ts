// The transport may import nothing of ours, and waits for a signal as everything else does.
export { untilAborted } from '../transport/until-aborted.ts'
