// Where each screen of the window stands, and whose help is shown there. Only ids stand in addresses.
import { createRouter, createWebHashHistory } from 'vue-router'
import TodayPage from './today/TodayPage.vue'

export function makeRouter() {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/today' },
      { path: '/today', component: TodayPage, meta: { help: 'today' } },
      { path: '/people', component: () => import('./people/PeoplePage.vue'), meta: { help: 'people' } },
      { path: '/people/doubled', component: () => import('./people/DoubledPage.vue'), meta: { help: 'doubled' } },
      {
        path: '/people/:id',
        component: () => import('./people/PersonPage.vue'),
        props: true,
        meta: { help: 'person' },
      },
      { path: '/roster', component: () => import('./people/RosterPage.vue'), meta: { help: 'roster' } },
      { path: '/fill', component: () => import('./sheet/SheetPage.vue'), meta: { help: 'fill' } },
      {
        path: '/visits',
        component: () => import('./visit/VisitsPage.vue'),
        children: [
          { path: '', component: () => import('./visit/RecentVisits.vue'), meta: { help: 'visits' } },
          {
            path: 'house/:id',
            component: () => import('./visit/HouseholdPane.vue'),
            props: true,
            meta: { help: 'household' },
          },
          { path: ':id', component: () => import('./visit/VisitPane.vue'), props: true, meta: { help: 'visit' } },
        ],
      },
      { path: '/cases', component: () => import('./ledger/LedgerPage.vue'), meta: { help: 'cases' } },
      { path: '/cases/:id', component: () => import('./case/CasePage.vue'), props: true, meta: { help: 'case' } },
      { path: '/registers', component: () => import('./register/RegistersPage.vue'), meta: { help: 'registers' } },
      {
        path: '/registers/line/:id',
        component: () => import('./register/LinePage.vue'),
        props: true,
        meta: { help: 'line' },
      },
      {
        path: '/registers/:id',
        component: () => import('./register/RegisterPage.vue'),
        props: ({ params }) => ({ code: params.id }),
        meta: { help: 'register' },
      },
      {
        path: '/rounds/:id/grid',
        component: () => import('./roll/grid/GridPage.vue'),
        props: true,
        meta: { help: 'grid' },
      },
      { path: '/figures', component: () => import('./figures/FiguresPage.vue'), meta: { help: 'figures' } },
      { path: '/due', component: () => import('./ahead/DuePage.vue'), meta: { help: 'due' } },
      { path: '/due/list', component: () => import('./ahead/DueImportPage.vue'), meta: { help: 'due_list' } },
      { path: '/certify/compare', component: () => import('./certify/ComparePage.vue'), meta: { help: 'compare' } },
      {
        path: '/certify',
        component: () => import('./certify/CertifyPage.vue'),
        props: ({ query }) => ({ roll: typeof query.roll === 'string' ? query.roll : null }),
        meta: { help: 'certify' },
      },
      { path: '/radar', component: () => import('./ahead/RadarPage.vue'), meta: { help: 'radar' } },
      {
        path: '/guides/:code?',
        component: () => import('./guide/GuidesPage.vue'),
        props: true,
        meta: { help: 'guides' },
      },
      { path: '/sync', component: () => import('./sync/SyncPage.vue'), meta: { help: 'sync' } },
      { path: '/settings', component: () => import('./settings/SettingsPage.vue'), meta: { help: 'settings' } },
      {
        path: '/handover/:agent',
        component: () => import('./handover/HandoverPage.vue'),
        props: true,
        meta: { help: 'handover' },
      },
      {
        path: '/handovers/:id',
        component: () => import('./handover/HandoverRecord.vue'),
        props: true,
        meta: { help: 'handover_record' },
      },
      { path: '/enrol', component: () => import('./door/EnrolPage.vue'), meta: { help: 'enrol' } },
      { path: '/:rest(.*)', redirect: '/today' },
    ],
  })
}
