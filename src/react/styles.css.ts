// Declarations for `import 'khalti-kit/react/styles.css'`: TypeScript 6 refuses the import of a file without any.
export {}
