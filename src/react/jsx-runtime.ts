// Where the build takes JSX from: the one import of its runtime, for the same reason as that of React.
export { jsx, jsxs } from 'react/jsx-runtime'
