import { topics as offeredTopics } from '../../../../shared/conversation/facts';
import type { Typed } from '../../form-fields';
import { Box, Choice, Field } from '../fields';
import { FormPage, type FormProps } from './form-page';
import { tones, topics } from './words';

export function RepliesPage(props: FormProps) {
  const { settings, problems = {} } = props;
  const stored = Object.fromEntries(settings.replyTopics.map((topic) => [`topic_${topic}`, 'on']));
  const typed: Typed = props.typed ?? { tone: settings.replyTone, facts: settings.replyFacts, ...stored };
  return (
    <FormPage {...props} path="replies" title="What the assistant says">
      <Choice name="tone" legend="Its tone" options={Object.entries(tones)} value={typed['tone'] ?? ''} />
      <fieldset class="choice">
        <legend>It may talk about</legend>
        <p class="hint">What is not ticked it leaves to you.</p>
        {offeredTopics.map((topic) => (
          <Box name={`topic_${topic}`} label={topics[topic]} checked={typed[`topic_${topic}`] === 'on'} />
        ))}
      </fieldset>
      <div class="card">
        <Field
          name="facts"
          label="What it should know"
          hint="Prices, payment, parking, pets: in your own words, at most 1,000 characters. The assistant repeats them to customers, and says of these things nothing that does not stand here."
          rows={5}
          maxlength={1000}
          required={false}
          value={typed['facts']}
          problem={problems['facts']}
        />
      </div>
    </FormPage>
  );
}
