import { currentLanguage, turnLanguage } from '../lib/language'

async function turn(): Promise<void> {
  'use server'
  await turnLanguage()
}

/** A button that turns the shop to its other language, with or without JavaScript. */
export async function LanguageSwitch() {
  const { language, words } = await currentLanguage()
  return (
    <form action={turn}>
      <button type="submit" className="quiet" lang={language === 'en' ? 'ne' : 'en'}>
        {words.other}
      </button>
    </form>
  )
}
