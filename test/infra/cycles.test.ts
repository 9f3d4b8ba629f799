import { cycleIn, referencesIn, type Template, templateOf } from './template';

test('the stack has no circle that CloudFormation could not create', () => {
  expect(cycleIn(templateOf('local'))).toBeUndefined();
});

test('no function refers to its own URL', () => {
  const { Resources } = templateOf('local');
  for (const [id, { Type, Properties }] of Object.entries(Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const urls = referencesIn(Properties.Environment).filter((reference) => Resources[reference]?.Type === 'AWS::Lambda::Url');
    expect(urls.flatMap((url) => referencesIn(Resources[url]))).not.toContain(id);
  }
});

test('the check finds a grant that goes round by the state machine and a URL', () => {
  const circle = {
    Resources: {
      Portal: { Type: 'AWS::Lambda::Function', Properties: {}, DependsOn: ['PortalPolicy'] },
      PortalPolicy: { Type: 'AWS::IAM::Policy', Properties: { Resource: { Ref: 'Machine' } } },
      Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { Arn: { 'Fn::GetAtt': ['Step', 'Arn'] } } },
      Step: { Type: 'AWS::Lambda::Function', Properties: { URL: { 'Fn::Sub': '${PortalUrl.FunctionUrl}x' } } },
      PortalUrl: { Type: 'AWS::Lambda::Url', Properties: { Target: { 'Fn::GetAtt': 'Portal.Arn' } } },
    },
    Outputs: {},
  } satisfies Template;
  expect(cycleIn(circle)).toEqual(['Portal', 'PortalPolicy', 'Machine', 'Step', 'PortalUrl', 'Portal']);
});
