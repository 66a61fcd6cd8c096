// The only import of React's JSX runtime: bundlers repeat an external import for each file that has it.
export { jsx, jsxs } from 'react/jsx-runtime'
