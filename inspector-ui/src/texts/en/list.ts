export const list = {
  'list.empty': 'Nothing yet',
};
