// Express 4 under an alias; the types of Express 5 hold for the little that is used of it.
declare module 'express-4' {
  export { default } from 'express'
}
