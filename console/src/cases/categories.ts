/** Categories offered for a case, by kind: suggestions, an agent may type another. */
import type { Kind } from '../shared/types'

const PRODUCTS = [
  '家用电器',
  '食品',
  '儿童用品',
  '电动车及充电设备',
  '建材',
  '农资',
  '服装',
  '化妆品',
  '电子产品',
  '计量',
  '特种设备',
]

export const CATEGORIES: Record<Kind, readonly string[]> = {
  complaint: [...PRODUCTS, '其他'],
  report: [...PRODUCTS, '无证生产', '假冒伪劣', '认证标志', '其他'],
  consultation: ['法律法规', '标准查询', '办事流程', '产品真伪', ...PRODUCTS, '其他'],
  suggestion: ['热线服务', '监管工作', '政策建议', '其他'],
  praise: ['热线服务', '执法人员', '其他'],
}
