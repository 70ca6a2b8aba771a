import { createApp } from 'vue'
import CitizenPage from './CitizenPage.vue'

createApp(CitizenPage).mount('#citizen')
