/** Every word on the screen, in both languages. */
const zh = {
  title: '12365 热线', username: '用户名', password: '密码', login: '登录', logout: '退出',
  ready: '就绪', busy: '忙碌', wrap_up: '话后整理', offline: '离线', phone: '话机',
  registered: '话机已注册', unregistered: '话机未注册', web: '网页电话', desk: '桌面话机',
  offered: '来电', answer: '接听 (Alt+A)', refuse: '拒接 (Alt+R)', hangup: '挂断', hold: '保持', resume: '恢复',
  mute: '静音', unmute: '取消静音', transfer: '转接', target: '分机或号码', path: '菜单路径', transcript: '通话文字',
  caller: '来电人', agent: '坐席', earlierCalls: '历史来电', earlierCases: '历史案件', none: '无', idle: '等待来电',
  kind: '类型', category: '分类', description: '内容', product: '商品', company: '商家', place: '地点',
  occurred_on: '日期', amount: '金额（元）', caller_name: '姓名', anonymous: '匿名', risk: '风险词',
  register: '登记 (Ctrl+Enter)', registeredAs: '已登记', draft: '草稿', saved: '已保存', search: '案件编号或来电号码',
  history: '办理记录', callbacks: '回拨清单', done: '已回拨', offlineBanner: '与服务器的连接断开，正在重连…',
  complaint: '投诉', report: '举报', consultation: '咨询', suggestion: '建议', praise: '表扬', conflict: '该案件已被他人修改，已取回最新版本，您的改动仍在。',
}
const en: typeof zh = {
  title: '12365 hotline', username: 'User name', password: 'Password', login: 'Log in', logout: 'Log out',
  ready: 'Ready', busy: 'Busy', wrap_up: 'Wrap-up', offline: 'Offline', phone: 'Phone',
  registered: 'Phone registered', unregistered: 'Phone not registered', web: 'Page phone', desk: 'Desk phone',
  offered: 'Incoming call', answer: 'Answer (Alt+A)', refuse: 'Refuse (Alt+R)', hangup: 'Hang up', hold: 'Hold',
  resume: 'Resume', mute: 'Mute', unmute: 'Unmute', transfer: 'Transfer', target: 'Extension or number', path: 'Path',
  transcript: 'Transcript', caller: 'Caller', agent: 'Agent', earlierCalls: 'Earlier calls',
  earlierCases: 'Earlier cases', none: 'none', idle: 'Waiting for a call', kind: 'Type', category: 'Category',
  description: 'Matter', product: 'Product', company: 'Company', place: 'Place', occurred_on: 'Date',
  amount: 'Amount (CNY)', caller_name: 'Name', anonymous: 'Anonymous', risk: 'Risk words',
  register: 'Register (Ctrl+Enter)', registeredAs: 'Registered', draft: 'Draft', saved: 'Saved',
  search: 'Case number or caller’s number', history: 'History', callbacks: 'Call-backs', done: 'Called back',
  offlineBanner: 'The connection is lost; reconnecting…', complaint: 'Complaint', report: 'Report',
  consultation: 'Consultation', suggestion: 'Suggestion', praise: 'Praise',
  conflict: 'Someone else changed the case; the newest version was fetched, your edits are kept.',
}
export type Word = keyof typeof zh
export const language = localStorage.getItem('language') === 'en' ? 'en' : 'zh-CN'
export const t = (word: Word): string => (language === 'en' ? en : zh)[word]
