// The township's console begins here.
import en from '@i18n/console.en.json'
import zh from '@i18n/console.zh-CN.json'
import { startProgram } from '../shared/program'
import { setZoom } from '../shared/screen'
import ConsoleRoot from './ConsoleRoot.vue'
import './console.css'
import { router } from './routes'
import { chosenLanguage, chosenZoom } from './taste'

setZoom(chosenZoom())
startProgram(ConsoleRoot, router, { 'zh-CN': zh, en }, chosenLanguage())
