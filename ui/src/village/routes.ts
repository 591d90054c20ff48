// Where each screen of the window stands. Only ids stand in addresses.
import { createRouter, createWebHashHistory } from 'vue-router'
import TodayPage from './today/TodayPage.vue'

export function makeRouter() {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/today' },
      { path: '/today', component: TodayPage },
      { path: '/people', component: () => import('./people/PeoplePage.vue') },
      { path: '/people/:id', component: () => import('./people/PersonPage.vue'), props: true },
      { path: '/roster', component: () => import('./people/RosterPage.vue') },
      {
        path: '/visits',
        component: () => import('./visit/VisitsPage.vue'),
        children: [
          { path: '', component: () => import('./visit/RecentVisits.vue') },
          { path: 'house/:id', component: () => import('./visit/HouseholdPane.vue'), props: true },
          { path: ':id', component: () => import('./visit/VisitPane.vue'), props: true },
        ],
      },
      { path: '/cases', component: () => import('./ledger/LedgerPage.vue') },
      { path: '/cases/:id', component: () => import('./case/CasePage.vue'), props: true },
      { path: '/registers', component: () => import('./register/RegistersPage.vue') },
      { path: '/registers/line/:id', component: () => import('./register/LinePage.vue'), props: true },
      {
        path: '/registers/:id',
        component: () => import('./register/RegisterPage.vue'),
        props: ({ params }) => ({ code: params.id }),
      },
      { path: '/rounds/:id/grid', component: () => import('./roll/grid/GridPage.vue'), props: true },
      { path: '/figures', component: () => import('./figures/FiguresPage.vue') },
      { path: '/due', component: () => import('./ahead/DuePage.vue') },
      { path: '/due/list', component: () => import('./ahead/DueImportPage.vue') },
      { path: '/certify/compare', component: () => import('./certify/ComparePage.vue') },
      {
        path: '/certify',
        component: () => import('./certify/CertifyPage.vue'),
        props: ({ query }) => ({ roll: typeof query.roll === 'string' ? query.roll : null }),
      },
      { path: '/radar', component: () => import('./ahead/RadarPage.vue') },
      { path: '/guides/:code?', component: () => import('./guide/GuidesPage.vue'), props: true },
      { path: '/sync', component: () => import('./sync/SyncPage.vue') },
      { path: '/settings', component: () => import('./settings/SettingsPage.vue') },
      { path: '/handover/:agent', component: () => import('./handover/HandoverPage.vue'), props: true },
      { path: '/handovers/:id', component: () => import('./handover/HandoverRecord.vue'), props: true },
      { path: '/enrol', component: () => import('./door/EnrolPage.vue') },
      { path: '/:rest(.*)', redirect: '/today' },
    ],
  })
}
