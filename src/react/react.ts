// The one import of React: bundlers repeat an import of what they do not bundle, for each file that has it.
export { useEffect, useId, useRef, useState, useSyncExternalStore } from 'react'
