// The only import of React: bundlers repeat an external import for each file that has it.
export { useEffect, useId, useMemo, useRef, useState, useSyncExternalStore } from 'react'
